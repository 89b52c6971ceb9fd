/** A column of a FOCUS dataset. */
export interface FocusColumn {
  readonly name: string;
  readonly type: 'text' | 'decimal' | 'timestamp';
}

/** A row: text, RFC 3339 times in UTC, and decimal numbers as integers of 10^-12. What is not named is null. */
export type FocusRow = Readonly<Record<string, string | bigint | undefined>>;

export const text = (name: string): FocusColumn => ({ name, type: 'text' });
export const decimal = (name: string): FocusColumn => ({ name, type: 'decimal' });
export const timestamp = (name: string): FocusColumn => ({ name, type: 'timestamp' });
