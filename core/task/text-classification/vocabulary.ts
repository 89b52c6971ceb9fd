/** A text model's tokens by id and back. */
export interface Vocabulary {
  readonly ids: ReadonlyMap<string, number>;
  readonly paddingId: number;
  readonly unknownId: number;
}
