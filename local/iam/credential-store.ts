import { randomBytes, randomInt } from 'node:crypto';
import type { Credential } from './credential.ts';
import { loadOperatorKey } from './operator-key.ts';
import type { Principal } from './principal.ts';

/** AWS's longest session of a role: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const sessionSecondsMax = 12 * 60 * 60;

const keyAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const accessKeyId = (prefix: 'AKIA' | 'ASIA'): string =>
  prefix + Array.from({ length: 16 }, () => keyAlphabet[randomInt(keyAlphabet.length)]).join('');

/** The account's access keys: the operator's, which outlives restarts, and temporary ones, which live in memory. */
export class CredentialStore {
  /** Long-lived and allowed everything in the account. */
  readonly operator: Credential;
  readonly #byAccessKeyId = new Map<string, Credential>();
  readonly #now: () => number;

  constructor(operator: Credential, now: () => number = Date.now) {
    this.operator = operator;
    this.#now = now;
    this.#byAccessKeyId.set(operator.accessKeyId, operator);
  }

  /**
   * Opens the store over a data folder. The operator's key is in `operator.json` there, readable by its owner alone.
   *
   * @throws when the file is there but is not a key
   */
  static async open(dataDir: string, account: string): Promise<CredentialStore> {
    const key = await loadOperatorKey(dataDir, () => ({
      accessKeyId: accessKeyId('AKIA'),
      secretAccessKey: randomBytes(30).toString('base64'),
    }));
    return new CredentialStore({
      ...key,
      principal: {
        arn: `arn:aws:iam::${account}:user/operator`,
        account,
        policies: [{ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }],
      },
    });
  }

  /**
   * Issues temporary credentials, as STS does for an assumed role.
   *
   * @param lifetimeSeconds at most twelve hours; afterwards requests signed with them are refused as expired
   */
  issue(principal: Principal, lifetimeSeconds: number = sessionSecondsMax): Credential & { sessionToken: string } {
    if (!(lifetimeSeconds > 0 && lifetimeSeconds <= sessionSecondsMax)) {
      throw new RangeError(`credentials live between 1 and ${sessionSecondsMax} seconds, not ${lifetimeSeconds}`);
    }
    const credential = {
      accessKeyId: accessKeyId('ASIA'),
      secretAccessKey: randomBytes(30).toString('base64'),
      sessionToken: randomBytes(96).toString('base64'),
      expiresAtMs: this.#now() + lifetimeSeconds * 1000,
      principal,
    };
    this.#byAccessKeyId.set(credential.accessKeyId, credential);
    return credential;
  }

  /** The credential of this access key, expired or not. */
  find(key: string): Credential | undefined {
    return this.#byAccessKeyId.get(key);
  }

  /** Forgets temporary credentials; requests signed with them are refused from now on. */
  revoke(key: string): void {
    if (key !== this.operator.accessKeyId) {
      this.#byAccessKeyId.delete(key);
    }
  }
}
