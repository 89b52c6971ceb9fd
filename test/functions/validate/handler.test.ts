import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { ValidationRequest } from '../../../core/catalog/validation.ts';
import type { handler as Handler } from '../../../functions/validate/handler.ts';
import { doublingModel } from '../../core/engine/onnx-file.ts';
import { doubling } from '../../core/inference/manifests.ts';

let server: Server;
let handler: typeof Handler;
const logged: string[] = [];

beforeAll(async () => {
  // Else the logger writes past the console that is watched here.
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  vi.spyOn(console, 'info').mockImplementation((line: unknown) => void logged.push(String(line)));
  server = createServer((request, response) => {
    if (request.url === '/moved') response.writeHead(302, { location: '/model.onnx' }).end();
    else response.end(doublingModel());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ handler } = await import('../../../functions/validate/handler.ts'));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  logged.length = 0;
});

const request = (path: string, sizeBytes = doublingModel().length): ValidationRequest => ({
  manifest: doubling,
  files: {
    'model.onnx': {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
      sha256: createHash('sha256').update(doublingModel()).digest('hex'),
      sizeBytes,
    },
  },
});

test('fetches the files, tries the model and logs the verdict without the URLs', async () => {
  expect(await handler(request('/model.onnx'))).toEqual({ valid: true });
  expect(logged).toHaveLength(2);
  expect(logged.join()).not.toContain('127.0.0.1');
});

test('follows no redirect and takes no byte more than registered', async () => {
  expect(await handler(request('/moved'))).toMatchObject({
    valid: false,
    reason: expect.stringContaining('could not be fetched'),
  });
  expect(await handler(request('/model.onnx', 10))).toMatchObject({
    valid: false,
    reason: 'model.onnx has more bytes where 10 were registered; upload it again',
  });
});
