/** A message as it was published. */
export interface Notification {
  /** UUID. */
  readonly id: string;
  readonly subject: string | undefined;
  readonly message: string;
  /** Text by name. */
  readonly attributes: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly timestamp: string;
}
