import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A value that a secret has or had. */
export interface SecretVersion {
  readonly id: string;
  readonly value: string;
  /** Epoch milliseconds. */
  readonly createdAtMs: number;
}

/** A secret with its versions, newest first: the current one, and the one before it. */
export interface Secret {
  readonly name: string;
  readonly versions: readonly SecretVersion[];
  /** SHA-256 of the value that its template gave it last. */
  readonly declaredSha256?: string;
}

/** What of a secret follows from its template. */
export interface Declared {
  readonly arn: string;
  readonly name: string;
  /** ARN of a customer managed key. */
  readonly keyArn: string | undefined;
}

/** Those that are declared, and the values of all in a file. */
export class Secrets {
  readonly #folder: string;
  readonly #file: string;
  readonly #declared = new Map<string, Declared>();
  #values: Readonly<Record<string, Secret>>;

  constructor(dataDir: string) {
    this.#folder = join(dataDir, 'secretsmanager');
    this.#file = join(this.#folder, 'secrets.json');
    this.#values = readValues(this.#file);
  }

  declare(declared: Declared): void {
    this.#declared.set(declared.arn, declared);
  }

  /** A declared one, by ARN, ARN without its last seven characters, or name. */
  find(id: string): Declared | undefined {
    return [...this.#declared.values()].find(({ arn, name }) => id === arn || id === name || id === arn.slice(0, -7));
  }

  get({ name }: Declared): Secret {
    return this.#values[name] ?? { name, versions: [] };
  }

  /** On disk when this returns. */
  put(secret: Secret): void {
    const values = { ...this.#values, [secret.name]: secret };
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    writeFileSync(`${this.#file}.new`, JSON.stringify(values), { mode: 0o600, flush: true });
    renameSync(`${this.#file}.new`, this.#file);
    this.#values = values;
  }
}

/** What stands behind a secret's name in its ARN: six characters, random on AWS. */
export const arnSuffix = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 6);

function readValues(file: string): Record<string, Secret> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, Secret>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
