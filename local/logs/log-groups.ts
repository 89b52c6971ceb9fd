import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The log groups that there are: those that templates declare, and those that something has been written to. */
export class LogGroups {
  readonly #folder: string;
  readonly #declared = new Set<string>();

  /** @param folder of the files */
  constructor(folder: string) {
    this.#folder = folder;
  }

  declare(name: string): void {
    this.#declared.add(name);
  }

  has(name: string): boolean {
    return this.#declared.has(name) || existsSync(this.path(name));
  }

  /** A group's file. Names of log groups hold letters, digits and . - _ / # only, so none leads out of the folder. */
  path(name: string): string {
    return join(this.#folder, `${name.replace(/^\//, '').replaceAll('/', '-')}.log`);
  }
}
