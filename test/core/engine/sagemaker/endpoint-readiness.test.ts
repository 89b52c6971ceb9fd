import { describe, expect, test } from 'vitest';
import type { EndpointState } from '../../../../core/catalog/gpu/endpoint-directory.ts';
import { EndpointReadiness } from '../../../../core/engine/sagemaker/endpoint-readiness.ts';

/** Readiness by a directory that says the same of all endpoints, with a clock that the test moves. */
function readinessOf(state: EndpointState) {
  const clock = { ms: 0 };
  const asked: string[] = [];
  const answers = { state };
  const describeEndpoint = async (endpoint: string): Promise<EndpointState> => {
    asked.push(endpoint);
    return answers.state;
  };
  return { readiness: new EndpointReadiness({ describe: describeEndpoint }, () => clock.ms), clock, asked, answers };
}

describe('an endpoint', () => {
  test.each<[string, EndpointState, boolean]>([
    ['in service', { status: 'InService', instances: 1 }, true],
    ['in service, with instances that are not told', { status: 'InService' }, true],
    ['in service, with no instance left', { status: 'InService', instances: 0 }, false],
    ['updated, since the version before serves on', { status: 'Updating', instances: 1 }, true],
    ['rolled back', { status: 'RollingBack', instances: 2 }, true],
    ['created', { status: 'Creating' }, false],
    ['failed', { status: 'Failed', reason: 'no capacity' }, false],
    ['taken out of service', { status: 'OutOfService' }, false],
    ['deleted', { status: 'Deleting', instances: 1 }, false],
    ['absent', { status: 'absent', reason: 'it is not deployed' }, false],
    ['of unknown state, since calls do not need what could not be asked', { status: 'unknown' }, true],
    ['in a state that is not known yet', { status: 'Hibernating', instances: 1 }, false],
  ])('%s', async (_, state, ready) => {
    expect(await readinessOf(state).readiness.isReady('e', false)).toBe(ready);
  });

  test('that the next call wakes is ready without an instance, unless it has failed', async () => {
    expect(await readinessOf({ status: 'InService', instances: 0 }).readiness.isReady('e', true)).toBe(true);
    expect(await readinessOf({ status: 'Failed', instances: 0 }).readiness.isReady('e', true)).toBe(false);
  });
});

test('many probes of an endpoint are one question in five seconds, and another endpoint is another question', async () => {
  const { readiness, clock, asked, answers } = readinessOf({ status: 'Failed' });
  expect(await Promise.all([readiness.isReady('a', false), readiness.isReady('a', false)])).toEqual([false, false]);
  answers.state = { status: 'InService', instances: 1 };
  clock.ms = 4999;
  expect([await readiness.isReady('a', false), await readiness.isReady('b', false)]).toEqual([false, true]);
  clock.ms = 5000;
  expect(await readiness.isReady('a', false)).toBe(true);
  expect(asked).toEqual(['a', 'b', 'a']);
});
