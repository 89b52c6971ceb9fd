/** Characters that the outbox keeps of why a delivery failed. */
export const reasonLengthMax = 500;
