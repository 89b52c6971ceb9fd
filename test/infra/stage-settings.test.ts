import { describe, expect, it } from 'vitest';
import { stageSettingsSchema } from '../../infra/settings/stage-settings.ts';
import { stages } from '../../infra/settings/stages.ts';
import { withGpu } from './gpu-stage.ts';
import { settingsOf } from './synthesize.ts';

const dev = settingsOf('dev');
const check = (change: object) => stageSettingsSchema.safeParse({ ...dev, ...change });

describe('stage settings', () => {
  it('exist for dev and prod', () => {
    expect(stages.map(({ name }) => name)).toEqual(['dev', 'prod']);
  });

  it('mint trial keys in dev and real ones in prod', () => {
    expect(stages.map(({ keyEnvironment }) => keyEnvironment)).toEqual(['test', 'live']);
  });

  it.each([
    { case: 'an unknown setting', change: { memory: 512 } },
    { case: 'a stage name that cannot be in a bucket name', change: { name: 'Dev_1' } },
    { case: 'a Region that is none', change: { region: 'frankfurt' } },
    { case: 'a CPU that Lambda does not have', change: { architecture: 'riscv64' } },
    {
      case: 'a monthly quota of nothing',
      change: { planLimits: { ...dev.planLimits, free: { perMonth: { images: 0 } } } },
    },
    {
      case: 'a limit of an unknown unit',
      change: { planLimits: { ...dev.planLimits, pro: { perMinute: { pixels: 1 } } } },
    },
    { case: 'less memory than Lambda takes', change: { memoryMiB: { ...dev.memoryMiB, predict: 64 } } },
    { case: 'a retention that CloudWatch does not know', change: { logRetention: 8 } },
    { case: 'logs that are gone before usage was compared with them', change: { logRetention: 3 } },
    {
      case: 'a quota of nothing',
      change: { usagePlans: { ...dev.usagePlans, free: { ratePerSecond: 1, burst: 1, quotaPerMonth: 0 } } },
    },
    { case: 'a plan that nobody sells', change: { usagePlans: { ...dev.usagePlans, gold: dev.usagePlans.pro } } },
    { case: 'a missing plan', change: { usagePlans: { free: dev.usagePlans.free, pro: dev.usagePlans.pro } } },
    { case: 'a negative rate', change: { stageThrottle: { ratePerSecond: -1, burst: 1 } } },
    { case: 'a plan faster than its stage', change: { stageThrottle: { ratePerSecond: 10, burst: 10 } } },
  ])('refuse $case', ({ change }) => {
    expect(check(change).success).toBe(false);
  });

  it('say which setting is wrong', () => {
    const { error } = check({ stageThrottle: { ratePerSecond: 10, burst: 10 } });
    expect(error?.issues).toEqual([
      expect.objectContaining({ path: ['usagePlans'], message: expect.stringContaining('stageThrottle') }),
    ]);
  });
});

describe('GPU settings', () => {
  const endpoint = (change: object) => ({ models: { resnet50: { instances: { min: 2, max: 4 }, ...change } } });
  const night = { fromHour: 22, toHour: 6 };

  it('are for prod; dev has none unless asked', () => {
    expect(settingsOf('dev').gpu).toBeUndefined();
    expect(Object.keys(settingsOf('prod').gpu?.models ?? {})).toEqual(['resnet50', 'moderation']);
  });

  it('keep nothing, hide nothing and sleep never, unless somebody says so', () => {
    expect(withGpu(endpoint({})).gpu?.models['resnet50']).toEqual({
      instances: { min: 2, max: 4 },
      concurrentRequests: 8,
      scaleToZero: false,
      asynchronous: false,
    });
  });

  it.each([
    { case: 'no endpoint at all', gpu: { models: {} } },
    {
      case: 'a name that makes too long an endpoint name',
      gpu: { models: { ['m'.repeat(36)]: { instances: { min: 1, max: 1 } } } },
    },
    {
      case: 'a name that is the shared endpoint’s',
      gpu: { models: { 'multi-model': { instances: { min: 1, max: 1 } } } },
    },
    { case: 'a misspelt setting', gpu: endpoint({ scaleToNone: true }) },
    { case: 'no instance, which only scaleToZero can promise', gpu: endpoint({ instances: { min: 0, max: 1 } }) },
    { case: 'a minimum above the maximum', gpu: endpoint({ instances: { min: 3, max: 2 } }) },
    { case: 'a night without hours', gpu: endpoint({ night: { fromHour: 5, toHour: 5 } }) },
    { case: 'a night at 24 h', gpu: endpoint({ night: { fromHour: 24, toHour: 5 } }) },
    { case: 'a night that changes nothing', gpu: endpoint({ instances: { min: 1, max: 4 }, night }) },
    { case: 'a shadow of what scales to zero', gpu: endpoint({ scaleToZero: true, shadow: 'other' }) },
    { case: 'capture of nothing', gpu: endpoint({ dataCapturePercent: 0 }) },
    {
      case: 'an instance without a GPU',
      gpu: { models: {}, multiModel: { instanceType: 'ml.m5.large', instances: { min: 1, max: 1 } } },
    },
  ])('refuse $case', ({ gpu }) => {
    expect(check({ gpu }).success).toBe(false);
  });

  it('let a model of one instance sleep at night', () => {
    expect(check({ gpu: endpoint({ instances: { min: 1, max: 4 }, scaleToZero: true, night }) }).success).toBe(true);
  });
});
