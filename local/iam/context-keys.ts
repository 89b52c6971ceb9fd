/** The condition keys of a request. */
export interface ContextKeys {
  /** The values of a key, whose name has no case; undefined when the request has none. */
  get(key: string): readonly string[] | undefined;
}
