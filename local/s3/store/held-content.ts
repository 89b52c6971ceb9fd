/** Content files that an overwrite or a deletion leaves in place until `release`. */
export interface HeldContent {
  /** The bytes from `fromByte` on, across the files in their order. */
  chunks(fromByte: number, lengthBytes: number): AsyncIterable<Uint8Array>;
  /** To be called once, whether the content was read or not. */
  release(): Promise<void>;
}
