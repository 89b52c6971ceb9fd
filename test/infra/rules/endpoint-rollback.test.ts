import { describe, expect, it } from 'vitest';
import { endpointRollback } from '../../../infra/rules/endpoint-rollback.ts';

const alarm = { Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: {} } };
const watchedBy = (...names: unknown[]) => ({
  DeploymentConfig: { AutoRollbackConfiguration: { Alarms: names.map((AlarmName) => ({ AlarmName })) } },
});
const endpoint = (properties: object) => ({
  Endpoint: { Type: 'AWS::SageMaker::Endpoint', Properties: { EndpointName: 'one', ...properties } },
});
const component = (properties: object) => ({
  Component: { Type: 'AWS::SageMaker::InferenceComponent', Properties: { EndpointName: 'one', ...properties } },
});
const found = (Resources: Parameters<typeof endpointRollback.check>[0]['Resources'] & object) =>
  endpointRollback.check({ Resources }).map(({ logicalId }) => logicalId);

describe('endpoint-rollback', () => {
  it('accepts an endpoint that an alarm of the template watches', () => {
    expect(found({ ...alarm, ...endpoint(watchedBy({ Ref: 'Alarm' })) })).toEqual([]);
  });

  it.each([
    { case: 'none', properties: {} },
    { case: 'an empty list', properties: watchedBy() },
    { case: 'an alarm that is not in the template', properties: watchedBy({ Ref: 'Gone' }) },
    { case: 'a name that may be any', properties: watchedBy('some-alarm') },
    { case: 'one that exists and one that does not', properties: watchedBy({ Ref: 'Alarm' }, { Ref: 'Gone' }) },
  ])('finds an endpoint whose alarms are $case', ({ properties }) => {
    expect(found({ ...alarm, ...endpoint(properties) })).toEqual(['Endpoint']);
  });

  it('asks the inference component instead, where the model is one', () => {
    expect(found({ ...alarm, ...endpoint({}), ...component(watchedBy({ Ref: 'Alarm' })) })).toEqual([]);
    expect(found({ ...alarm, ...endpoint({}), ...component({}) })).toEqual(['Component']);
    expect(found({ ...alarm, ...endpoint({}), ...component({ EndpointName: 'two' }) })).toEqual([
      'Component',
      'Endpoint',
    ]);
  });
});
