import type { PolicyDocument } from '../../iam/principal.ts';
import { refusals } from '../refusals.ts';
import type { Queue } from './queue.ts';

const urlPath = /^\/(?<account>\d{12})\/(?<name>[\w-]{1,80})$/;

/** The queues of one account and region, by name. They live in memory, since each start makes them anew from the templates. */
export class Queues {
  readonly #account: string;
  readonly #byName = new Map<string, Queue>();

  constructor(account: string) {
    this.#account = account;
  }

  put(queue: Queue): void {
    this.#byName.set(queue.name, queue);
  }

  /** @throws SqsError QueueDoesNotExist */
  named(name: string): Queue {
    const queue = this.#byName.get(name);
    if (queue === undefined) throw refusals.noQueue();
    return queue;
  }

  /**
   * The queue of a URL. Its host is not looked at: the local endpoint's port changes from start to start, and a URL may be older.
   * @throws SqsError InvalidAddress, QueueDoesNotExist
   */
  at(url: string): Queue {
    const { account, name = '' } = (URL.canParse(url) && urlPath.exec(new URL(url).pathname)?.groups) || {};
    if (account === undefined) throw refusals.address(url);
    if (account !== this.#account) throw refusals.noQueue();
    return this.named(name);
  }

  withArn(arn: string): Queue | undefined {
    const queue = this.#byName.get(arn.slice(arn.lastIndexOf(':') + 1));
    return queue?.arn === arn ? queue : undefined;
  }

  all(): Queue[] {
    return [...this.#byName.values()];
  }

  /** @throws Error when there is no such queue */
  putPolicy(url: string, policy: PolicyDocument): void {
    this.put({ ...this.at(url), policy });
  }
}
