import { randomBytes, randomInt } from 'node:crypto';
import * as z from 'zod';
import type { ApiKey } from '../store/api-key.ts';
import { controlError } from './control-error.ts';
import type { Operation } from './operation.ts';
import { parseBody } from './parse-body.ts';
import { renderApiKey } from './render-api-key.ts';

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html: per account and Region, not raisable */
const keysMax = 10_000;

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';
const newId = (): string => Array.from({ length: 10 }, () => alphabet[randomInt(alphabet.length)]).join('');

const body = z.object({
  name: z.string().max(1024).optional(),
  description: z.string().optional(),
  enabled: z.boolean().default(false),
  // Every key has an id of its own, whatever this says: AWS calls it deprecated.
  generateDistinctId: z.boolean().optional(),
  value: z
    .string()
    .min(20, 'API Key value should be at least 20 characters')
    .max(128, 'API Key value should be at most 128 characters')
    .regex(/^[A-Za-z0-9]*$/, 'API Key value should be alphanumeric')
    .optional(),
  stageKeys: z.array(z.unknown()).max(0, 'stage keys were replaced by usage plans and are not emulated').optional(),
  customerId: z.string().optional(),
  tags: z.record(z.string(), z.string()).default({}),
});

/** https://docs.aws.amazon.com/apigateway/latest/api/API_CreateApiKey.html */
export const createApiKey: Operation = {
  name: 'CreateApiKey',
  method: 'POST',
  path: '/apikeys',
  run(request, { keys, region, now }) {
    const { name, description, enabled, value, customerId, tags } = parseBody(request.body, body);
    const id = newId();
    if (Object.keys(tags).length > 0) {
      // Tagging at creation needs its own permission.
      const arn = encodeURIComponent(`arn:aws:apigateway:${region}::/apikeys/${id}`);
      request.require('apigateway:PUT', `arn:aws:apigateway:${region}::/tags/${arn}`);
    }
    if (keys.count >= keysMax) throw controlError.limitExceeded(`There are ${keysMax} API keys, which is the maximum`);
    const secret = value ?? randomBytes(30).toString('hex').slice(0, 40);
    if (keys.withValue(secret) !== undefined) throw controlError.conflict('API Key already exists');
    const createdMs = now();
    const key: ApiKey = {
      id,
      value: secret,
      name,
      description,
      customerId,
      enabled,
      createdMs,
      updatedMs: createdMs,
      tags,
    };
    keys.put(key);
    return { status: 201, body: renderApiKey(key, true) };
  },
};
