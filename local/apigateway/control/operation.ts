import type { LambdaAuthorizers } from '../authorization/lambda-authorizers.ts';
import type { Registry } from '../definition/registry.ts';
import type { KeyStore } from '../store/key-store.ts';
import type { UsageStore } from '../store/usage-store.ts';
import type { UsagePlans } from '../usage/usage-plans.ts';

/** What the operations work on. */
export interface ControlState {
  readonly region: string;
  readonly registry: Registry;
  readonly authorizers: LambdaAuthorizers;
  readonly keys: KeyStore;
  readonly usage: UsageStore;
  readonly plans: UsagePlans;
  readonly now: () => number;
}

/** A call that the caller may make. */
export interface OperationRequest {
  /** Decoded. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Buffer;
  /** Asks for a permission beyond that of the call itself. Throws `AwsError` without it. */
  readonly require: (action: string, resource: string) => void;
}

/** One operation of API Gateway's control plane. */
export interface Operation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** @throws AwsError */
  run(request: OperationRequest, state: ControlState): { readonly status: number; readonly body?: unknown };
}
