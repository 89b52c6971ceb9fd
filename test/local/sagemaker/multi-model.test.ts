import { expect, test } from 'vitest';
import { Deployed } from './deployed.ts';
import { archive } from './tar.ts';

/** An endpoint `many` over the archives below `many/`, with room for so many models. */
async function deployed(room: number, models: Record<string, string>, options = {}, environment = {}) {
  const cloud = await Deployed.start(options);
  for (const [key, says] of Object.entries(models)) await cloud.put(`many/${key}`, archive({ name: says }));
  await cloud.model('many', {
    Mode: 'MultiModel',
    ModelDataUrl: 's3://models/many/',
    Environment: { ROOM: String(room), ...environment },
  });
  await cloud.endpoint('many', 'many');
  await cloud.settled();
  return cloud;
}

test('a model is loaded by the request that first names it, from below the prefix', async () => {
  const cloud = await deployed(10, { 'a.tar.gz': 'a', 'deep/b.tar.gz': 'b' });
  expect(await cloud.container('many', { TargetModel: 'a.tar.gz' })).toMatchObject({
    model: 'a',
    loaded: ['a'],
    headers: { 'x-amzn-sagemaker-target-model': 'a.tar.gz' },
    env: { SAGEMAKER_MULTI_MODEL: 'true' },
  });
  expect(await cloud.container('many', { TargetModel: 'deep/b.tar.gz' })).toMatchObject({
    model: 'b',
    loaded: ['a', 'b'],
  });
});

test('many requests for a new model at once load it once', async () => {
  const cloud = await deployed(10, { 'a.tar.gz': 'a' }, {}, { LOAD_MS: '50' });
  const views = await Promise.all(
    Array.from({ length: 8 }, () => cloud.container('many', { TargetModel: 'a.tar.gz' })),
  );
  for (const view of views) expect(view).toMatchObject({ model: 'a', loaded: ['a'] });
});

test('a container without room has its least recently used model unloaded', async () => {
  const cloud = await deployed(2, { a: 'a', b: 'b', c: 'c' });
  const view = (TargetModel: string) => cloud.container('many', { TargetModel });
  await view('a');
  await view('b');
  await view('a');
  expect((await view('c')).loaded).toEqual(['a', 'c']);
  expect((await view('b')).loaded).toEqual(['c', 'b']);
});

test('a container that has room for none is a ModelError with its own status', async () => {
  const cloud = await deployed(0, { a: 'a' });
  await expect(cloud.invoke('many', { TargetModel: 'a' })).rejects.toMatchObject({
    name: 'ModelError',
    OriginalStatusCode: 507,
  });
});

test('a model that is not there is a ValidationError, and is looked for again', async () => {
  const cloud = await deployed(2, {});
  await expect(cloud.invoke('many', { TargetModel: 'late.tar.gz' })).rejects.toMatchObject({
    name: 'ValidationError',
    message:
      'Failed to download model data(bucket: models, key: many/late.tar.gz). Please ensure that there is an object located at the URL and that the role passed to CreateModel has permissions to download the model. (NoSuchKey)',
  });
  await cloud.put('many/late.tar.gz', archive({ name: 'late' }));
  expect((await cloud.container('many', { TargetModel: 'late.tar.gz' })).model).toBe('late');
});

test('a damaged archive and a model that does not load are refused with the reason', async () => {
  const cloud = await deployed(2, { bad: 'bad' });
  await cloud.put('many/damaged', 'no archive');
  await expect(cloud.invoke('many', { TargetModel: 'damaged' })).rejects.toMatchObject({
    name: 'ValidationError',
    message: expect.stringContaining('valid tar.gz archive: it is not a gzip file') as string,
  });
  await expect(cloud.invoke('many', { TargetModel: 'bad' })).rejects.toMatchObject({
    name: 'ModelError',
    OriginalStatusCode: 400,
    OriginalMessage: '{"error":"failed to load bad"}',
  });
});

test('a request that has waited too long for its model is told to come again, while the model goes on loading', async () => {
  const cloud = await deployed(2, { slow: 'slow' }, { timings: { loadWaitMs: 50 } }, { LOAD_MS: '500' });
  await expect(cloud.invoke('many', { TargetModel: 'slow' })).rejects.toMatchObject({
    name: 'ModelNotReadyException',
    $metadata: { httpStatusCode: 429 },
  });
  await expect
    .poll(async () =>
      cloud.container('many', { TargetModel: 'slow' }).then(
        (view) => view.model,
        () => 'not yet',
      ),
    )
    .toBe('slow');
});

test('a container that has been started again loads its models again', async () => {
  const cloud = await deployed(2, { a: 'a' });
  const { pid } = await cloud.container('many', { TargetModel: 'a' });
  process.kill(pid, 'SIGKILL');
  await expect
    .poll(async () =>
      cloud.container('many', { TargetModel: 'a' }).then(
        (view) => view.pid,
        () => pid,
      ),
    )
    .not.toBe(pid);
  expect((await cloud.container('many', { TargetModel: 'a' })).model).toBe('a');
});

test('a request that names no model, or one that leads elsewhere, gets none', async () => {
  const cloud = await deployed(2, { a: 'a' });
  await cloud.put('outside', archive({ name: 'outside' }));
  await expect(cloud.invoke('many')).rejects.toMatchObject({ name: 'ValidationError' });
  for (const TargetModel of ['../outside', '/etc/passwd', 'many/../../outside']) {
    await expect(cloud.invoke('many', { TargetModel })).rejects.toMatchObject({ name: 'ValidationError' });
  }
});
