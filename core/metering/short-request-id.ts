const lengthMax = 128;

/** A request id as it is kept: clients can choose it, in a header of up to 10 kB, and what is kept costs by the kilobyte. */
export const shortRequestId = (requestId: string): string => requestId.slice(0, lengthMax);
