/** A place in the text; both count from 1, as protobuf's messages do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}
