import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { stripeConnection } from '../../../../../core/billing/export/stripe/stripe-connection.ts';

const valid = {
  apiKey: 'rk_live_51Abcdefgh',
  webhookSecret: 'whsec_abcdefgh12345678',
  meters: [{ name: 'tokens', unit: 'tokens', model: 'summary' }],
};
const problems = (document: object): string[] => {
  const { error } = z.safeParse(stripeConnection.connection, document);
  return [...new Set(error?.issues.map(({ path }) => path.join('.')))];
};

test.each([
  ['Stripe itself', {}],
  ['a stand-in on this machine', { apiBase: 'http://127.0.0.1:8123' }],
])('a document that leads to %s is taken', (_, more) => {
  expect(problems({ ...valid, ...more })).toEqual([]);
});

test.each([
  ['apiKey', { apiKey: 'pk_live_51Abcdefgh' }],
  ['webhookSecret', { webhookSecret: 'whsec_' }],
  ['apiBase', { apiBase: 'http://stripe.example' }],
  ['apiBase', { apiBase: 'https://stripe.example/v1' }],
  ['apiBase', { apiBase: 'stripe' }],
  ['meters', { meters: [] }],
  ['meters', { meters: [valid.meters[0], valid.meters[0]] }],
  ['meters.0.name', { meters: [{ name: 'a:b', unit: 'tokens' }] }],
  ['meters.0.unit', { meters: [{ name: 'a', unit: 'words' }] }],
  ['', { more: 1 }],
])('a wrong %s is named: %j', (path, change) => {
  expect(problems({ ...valid, ...change })).toEqual([path]);
});

test('a customer is one of Stripe’s ids', () => {
  const link = (customer: string) => z.safeParse(stripeConnection.link, { customer }).success;
  expect([link('cus_NffrFeUfNV2Hib'), link('acct_1'), link('cus_1/../x')]).toEqual([true, false, false]);
});
