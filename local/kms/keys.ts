import { AwsError } from '../endpoint/aws-call.ts';
import { authorize } from '../iam/authorize.ts';
import type { PolicyDocument, Principal } from '../iam/principal.ts';

interface Key {
  readonly policy: PolicyDocument;
  readonly enabled: boolean;
}

/** The account's customer managed keys: who may use them, and no cryptography. They live in memory; each start makes them anew. */
export class Keys {
  readonly #region: string;
  readonly #account: string;
  readonly #byArn = new Map<string, Key>();
  /** Alias name, `alias/…`, to key ARN. */
  readonly #aliases = new Map<string, string>();

  constructor(region: string, account: string) {
    this.#region = region;
    this.#account = account;
  }

  /**
   * Creates or replaces a key.
   *
   * @returns its ARN
   */
  put(keyId: string, key: Key): string {
    const arn = this.#arn(`key/${keyId}`);
    this.#byArn.set(arn, key);
    return arn;
  }

  /**
   * Creates or moves an alias.
   *
   * @param name begins with `alias/`
   * @throws AwsError NotFoundException when there is no such key
   */
  putAlias(name: string, target: string): void {
    this.#aliases.set(name, this.arnOf(target));
  }

  /**
   * The ARN of the key with this key id, key ARN, alias name or alias ARN.
   *
   * @throws AwsError NotFoundException when there is no such key
   */
  arnOf(identifier: string): string {
    const prefix = this.#arn('');
    const name = identifier.startsWith(prefix) ? identifier.slice(prefix.length) : identifier;
    const arn = this.#aliases.get(name) ?? this.#arn(name.startsWith('key/') ? name : `key/${name}`);
    if (!this.#byArn.has(arn)) {
      throw new AwsError('NotFoundException', 400, `Key '${identifier}' does not exist`);
    }
    return arn;
  }

  /**
   * Lets pass who may use a key through a service. The key's policy has to allow it, by itself or by handing the decision to the
   * account: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
   *
   * @param key as for `arnOf`
   * @param action e.g. `kms:Decrypt`
   * @param context condition keys, e.g. `kms:ViaService`
   * @throws AwsError AccessDenied (403) when they may not, NotFoundException when there is no such key, DisabledException
   */
  authorizeUse(
    principal: Principal,
    key: string,
    action: string,
    context: Readonly<Record<string, string>> = {},
  ): void {
    const arn = this.arnOf(key);
    const found = this.#byArn.get(arn);
    authorize({
      principal,
      action,
      resource: arn,
      context: { 'kms:CallerAccount': principal.account, ...context },
      resourcePolicyRequired: true,
      ...(found && { resourcePolicy: found.policy }),
    });
    if (!found?.enabled) {
      throw new AwsError('DisabledException', 400, `${arn} is disabled.`);
    }
  }

  #arn(name: string): string {
    return `arn:aws:kms:${this.#region}:${this.#account}:${name}`;
  }
}
