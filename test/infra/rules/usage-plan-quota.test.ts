import { describe, expect, it } from 'vitest';
import { usagePlanQuota } from '../../../infra/rules/usage-plan-quota.ts';

const check = (properties: object) =>
  usagePlanQuota
    .check({ Resources: { Plan: { Type: 'AWS::ApiGateway::UsagePlan', Properties: { ...properties } } } })
    .map(({ logicalId, location }) => `${logicalId} ${location}`);

describe('usage-plan-quota', () => {
  it.each(['DAY', 'WEEK', 'MONTH'])('accepts a quota per %s', (Period) => {
    expect(check({ Quota: { Limit: 1, Period } })).toEqual([]);
  });

  it.each([
    { case: 'no quota', properties: {}, found: ['Limit', 'Period'] },
    { case: 'no limit, as CDK renders 0', properties: { Quota: { Period: 'DAY' } }, found: ['Limit'] },
    { case: 'limit 0', properties: { Quota: { Limit: 0, Period: 'DAY' } }, found: ['Limit'] },
    { case: 'half a request', properties: { Quota: { Limit: 0.5, Period: 'DAY' } }, found: ['Limit'] },
    { case: 'no period', properties: { Quota: { Limit: 5 } }, found: ['Period'] },
    {
      case: 'a period that API Gateway does not have',
      properties: { Quota: { Limit: 5, Period: 'HOUR' } },
      found: ['Period'],
    },
  ])('finds $case', ({ properties, found }) => {
    expect(check(properties)).toEqual(found.map((name) => `Plan Properties/Quota/${name}`));
  });
});
