import type { PolicyDocument } from '../iam/principal.ts';

export interface Topic {
  readonly name: string;
  readonly arn: string;
  /** A customer managed key; absent: none, or one without a policy to be asked. */
  readonly keyArn: string | undefined;
}

/** Who gets what is published. */
export interface Subscription {
  readonly protocol: 'email' | 'sqs';
  /** An address, or the ARN of a queue. */
  readonly endpoint: string;
  /** Whether a queue gets the message as it is, and not the envelope that tells where it is from. */
  readonly raw: boolean;
}

/** The account's topics. They live in memory; each start makes them anew. */
export class Topics {
  readonly #topics = new Map<string, Topic>();
  readonly #policies = new Map<string, PolicyDocument>();
  readonly #subscriptions = new Map<string, Map<string, Subscription>>();

  put(topic: Topic): void {
    this.#topics.set(topic.arn, topic);
  }

  get(arn: string): Topic | undefined {
    return this.#topics.get(arn);
  }

  /** In place of any other. */
  putPolicy(arn: string, policy: PolicyDocument): void {
    this.#policies.set(arn, policy);
  }

  policyOf(arn: string): PolicyDocument | undefined {
    return this.#policies.get(arn);
  }

  /** @param id of the subscription: declared again, it takes the place of what it was */
  subscribe(arn: string, id: string, subscription: Subscription): void {
    const known = this.#subscriptions.get(arn) ?? new Map<string, Subscription>();
    this.#subscriptions.set(arn, known.set(id, subscription));
  }

  subscriptionsOf(arn: string): readonly Subscription[] {
    return [...(this.#subscriptions.get(arn)?.values() ?? [])];
  }
}
