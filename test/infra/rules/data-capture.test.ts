import { expect, it } from 'vitest';
import { dataCapture } from '../../../infra/rules/data-capture.ts';

const capture = { EnableCapture: true, InitialSamplingPercentage: 5, KmsKeyId: 'key' };
const asked = [{ Key: 'maas:data-capture-percent', Value: '5' }];
const found = (Properties: Readonly<Record<string, unknown>>) =>
  dataCapture
    .check({ Resources: { Config: { Type: 'AWS::SageMaker::EndpointConfig', Properties } } })
    .map(({ location }) => location.replace('Properties/DataCaptureConfig/', ''));

it('accepts an endpoint that keeps nothing, and one that keeps what was asked for', () => {
  expect(found({})).toEqual([]);
  expect(found({ DataCaptureConfig: capture, Tags: asked })).toEqual([]);
});

it.each([
  {
    case: 'capture that nobody asked for',
    properties: { DataCaptureConfig: capture },
    location: 'InitialSamplingPercentage',
  },
  {
    case: 'more capture than was asked for',
    properties: { DataCaptureConfig: { ...capture, InitialSamplingPercentage: 100 }, Tags: asked },
    location: 'InitialSamplingPercentage',
  },
  {
    case: 'capture without our key',
    properties: { DataCaptureConfig: { ...capture, KmsKeyId: undefined }, Tags: asked },
    location: 'KmsKeyId',
  },
])('finds $case', ({ properties, location }) => {
  expect(found(properties)).toEqual([location]);
});
