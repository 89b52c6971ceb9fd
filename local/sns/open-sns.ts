import type { ResourceType } from '../cloudformation/resource-type.ts';
import type { AwsService } from '../endpoint/aws-call.ts';
import { snsService } from './service.ts';
import type { SnsState } from './sns-state.ts';
import { subscriptionResource } from './subscription-resource.ts';
import { topicPolicyResource } from './topic-policy-resource.ts';
import { topicResource } from './topic-resource.ts';
import { Topics } from './topics.ts';

/** The emulated SNS of one account and region. */
export interface Sns {
  readonly service: AwsService;
  readonly resourceTypes: readonly ResourceType[];
}

/** Opens it. It keeps nothing: topics are made anew at each start, and messages are delivered when they are published. */
export function openSns(surroundings: Omit<SnsState, 'topics' | 'now'> & { readonly now?: () => Date }): Sns {
  const state: SnsState = { now: () => new Date(), ...surroundings, topics: new Topics() };
  return {
    service: snsService(state),
    resourceTypes: [topicResource(state), topicPolicyResource(state), subscriptionResource(state)],
  };
}
