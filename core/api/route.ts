import type { Scope } from './scope.ts';

/**
 * One HTTP route of the platform. The route table is the single source: `infra/` builds both REST APIs from it,
 * the functions dispatch by it, and tests enumerate it.
 */
export interface Route {
  /** Stable operation id, unique over both APIs, e.g. `open-inference.infer`. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** API Gateway resource path: whole segments are either literal or one `{parameter}`. */
  readonly path: string;
  /** `tenant` is the data plane behind tenant keys, `control` the operators' API behind IAM. */
  readonly api: 'tenant' | 'control';
  /** The protocol whose request, answer and error shapes the route speaks. */
  readonly family: 'open-inference' | 'hugging-face' | 'account' | 'control';
  /** How the caller proves who it is: `x-api-key`, `Authorization: Bearer`, SigV4, or not at all, since the body carries the proof. */
  readonly authorization: 'api-key' | 'bearer' | 'iam' | 'none';
  /** What a tenant's key must be good for. Absent: for nothing in particular, or the route is not the tenants'. */
  readonly scope?: Scope;
  /** True when each success writes one usage event. */
  readonly billable: boolean;
  /** The folder in `functions/` that serves it. */
  readonly function: 'predict' | 'account' | 'control' | 'invoice-pdf' | 'stripe-webhook';
}
