/** What all ids begin with that were minted in this millisecond. */
export function idPrefix(time: Date): string {
  const hex = time.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}
