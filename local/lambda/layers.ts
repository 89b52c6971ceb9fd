/** The layer versions of one account and region: where their content is. */
export class Layers {
  readonly #folders = new Map<string, string>();

  add(arn: string, folder: string): void {
    this.#folders.set(arn, folder);
  }

  /** @throws Error that names a layer that is not deployed here */
  folder(arn: string): string {
    const folder = this.#folders.get(arn);
    if (folder === undefined) throw new Error(`the layer ${arn} is not part of the assembly`);
    return folder;
  }
}
