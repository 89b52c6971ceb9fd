const openingBrace = 0x7b;
const blanks = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** Whether a body sets out to be a JSON object, by its first byte that is no blank; no picture or sound starts like one. */
export const isJsonObject = (body: Uint8Array): boolean => body.find((byte) => !blanks.has(byte)) === openingBrace;
