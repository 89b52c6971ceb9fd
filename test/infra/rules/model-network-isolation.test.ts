import { expect, it } from 'vitest';
import { modelNetworkIsolation } from '../../../infra/rules/model-network-isolation.ts';

const model = (Properties: Readonly<Record<string, unknown>>) => ({
  Resources: { Model: { Type: 'AWS::SageMaker::Model', Properties } },
});

it('accepts a model that is cut off from the network', () => {
  expect(modelNetworkIsolation.check(model({ EnableNetworkIsolation: true }))).toEqual([]);
});

it.each([{}, { EnableNetworkIsolation: false }, { EnableNetworkIsolation: { Ref: 'Parameter' } }])(
  'finds one that is not for certain: %j',
  (properties) => {
    expect(modelNetworkIsolation.check(model(properties))).toEqual([
      { logicalId: 'Model', location: 'Properties/EnableNetworkIsolation' },
    ]);
  },
);

it('finds an inference component that brings its own container, of which no model says anything', () => {
  const component = (Specification: object) => ({
    Resources: { Component: { Type: 'AWS::SageMaker::InferenceComponent', Properties: { Specification } } },
  });
  expect(modelNetworkIsolation.check(component({ Container: { Image: 'any' } }))).toHaveLength(1);
  expect(modelNetworkIsolation.check(component({ ModelName: 'named' }))).toEqual([]);
});
