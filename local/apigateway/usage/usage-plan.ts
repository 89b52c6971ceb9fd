import type { QuotaPeriod } from './quota-day.ts';

/** Requests a second and how many at once; what is absent is the account's limit. */
export interface ThrottleLimits {
  readonly rate: number | undefined;
  readonly burst: number | undefined;
}

/** `AWS::ApiGateway::UsagePlan`. */
export interface UsagePlan {
  readonly id: string;
  readonly name: string | undefined;
  readonly description: string | undefined;
  /** For each key over all methods. */
  readonly throttle: ThrottleLimits | undefined;
  readonly quota: { readonly limit: number; readonly period: QuotaPeriod } | undefined;
  readonly stages: readonly UsagePlanStage[];
}

/** A stage that the plan opens. */
export interface UsagePlanStage {
  readonly apiId: string;
  readonly stage: string;
  /** `/path/METHOD` -> for each key on this method. */
  readonly methods: ReadonlyMap<string, ThrottleLimits>;
}
