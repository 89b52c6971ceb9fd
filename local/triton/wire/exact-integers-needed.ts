/** A JSON number beyond 2^53 stands where a 64-bit integer is due: the text must be parsed again, keeping its digits. */
export class ExactIntegersNeeded extends Error {
  override readonly name = 'ExactIntegersNeeded';
}
