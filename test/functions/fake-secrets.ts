/** Keeps secrets of destinations, to be looked at. */
export class FakeSecrets {
  readonly values = new Map<string, string>();

  async set(destination: string, field: string, value: string): Promise<void> {
    this.values.set(`${destination}.${field}`, value);
  }
}
