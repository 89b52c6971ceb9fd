import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Invoice } from '../../../core/billing/invoice/invoice.ts';
import type { BilledEvent, LinkedLineEvents } from '../../../functions/billed-usage.ts';
import { usageEventOf } from '../../core/metering/usage-event-of.ts';
import { type Platform, startPlatform } from '../platform.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
  platform.clock.now = new Date('2026-11-01T00:00:00Z');
  const price = (model: string, unit: string) => ({ model, unit, charge: { kind: 'flat', price: '0.01' } });
  const { status } = await platform.control('POST', '/prices', {
    body: {
      version: 'one',
      currency: 'EUR',
      validFrom: '2026-11-01T00:00:00Z',
      prices: [price('fashion', 'items'), price('fashion', 'requests'), price('*', 'requests')],
    },
  });
  expect(status).toBe(201);
});
afterAll(() => platform.stop());

interface Caller {
  readonly tenant: string;
  readonly plan: string;
  readonly keyId: string;
}

let count = 0;
const at = (time: string): Date => new Date(`2026-11-${time}Z`);
async function newTenant(): Promise<Caller> {
  count += 1;
  platform.clock.now = at('20T00:00:00');
  const { json } = await platform.control<Caller>('POST', '/tenants', { body: { name: `b${count}`, plan: 'pro' } });
  return { tenant: json.tenant, plan: 'pro', keyId: json.keyId };
}
async function append(tenant: string, time: string, units: Parameters<typeof usageEventOf>[2] = {}): Promise<string> {
  platform.clock.now = at(time);
  const event = usageEventOf(tenant, at(time), units);
  await platform.journal.append(event);
  return event.id;
}
async function close(time: string, body: { tenant: string; openHours?: boolean }): Promise<void> {
  platform.clock.now = at(time);
  const { tenant, openHours = false } = body;
  const { status } = await platform.control('POST', '/billing/close', { body: { tenant, openHours } });
  expect(status).toBe(200);
}
const change = (tenant: string, invoice: string, what: string, body: object) =>
  platform.control<Invoice>('POST', `/tenants/{tenant}/invoices/{invoice}/${what}`, {
    params: { tenant, invoice },
    body,
  });
const finalize = async (tenant: string): Promise<Invoice> =>
  (await change(tenant, '2026-11', 'finalize', { early: true })).json;
const eventOf = async (caller: Caller, event: string): Promise<BilledEvent> =>
  (await platform.account<BilledEvent>('GET', '/usage/events/{event}', { caller, params: { event } })).json;
const eventsOf = (
  caller: Caller,
  query: Record<string, string>,
  line = '1',
  invoice = '2026-11-1',
  remainingMs = 28_000,
) =>
  platform.account<LinkedLineEvents>('GET', '/invoices/{invoice}/lines/{line}/events', {
    caller,
    params: { invoice, line },
    query,
    remainingMs,
  });

test("a line's hour is explained by just the events that the line counts, and they add up to it", async () => {
  const caller = await newTenant();
  const [first, second] = [
    await append(caller.tenant, '20T08:15:00', { items: 3 }),
    await append(caller.tenant, '20T08:16:00', { items: 4, keyId: 'K2' }),
  ];
  // Of another model, of none of the unit, and in another hour.
  await append(caller.tenant, '20T08:17:00', { items: 9, model: 'spam' });
  await append(caller.tenant, '20T08:18:00', { items: 0 });
  await append(caller.tenant, '20T09:15:00', { items: 9 });
  await close('20T12:00:00', caller);
  const { lines } = await finalize(caller.tenant);
  expect(lines[0]).toMatchObject({ description: 'fashion: items', usage: { quantity: '16' } });
  const { status, json } = await eventsOf(caller, { hour: '2026-11-20T08' });
  expect(status).toBe(200);
  expect(json).toEqual({
    invoice: '2026-11-1',
    line: 1,
    hour: '2026-11-20T08',
    quantity: '7',
    settled: true,
    archived: false,
    events: [
      {
        id: first,
        time: '2026-11-20T08:15:00.000Z',
        keyId: expect.any(String),
        quantity: '3',
        href: `/usage/events/${first}`,
      },
      { id: second, time: '2026-11-20T08:16:00.000Z', keyId: 'K2', quantity: '4', href: `/usage/events/${second}` },
    ],
  });
  // To operators the same, with their own links.
  const { tenant } = caller;
  const operators = await platform.control<LinkedLineEvents>(
    'GET',
    '/tenants/{tenant}/invoices/{invoice}/lines/{line}/events',
    { params: { tenant, invoice: '2026-11-1', line: '1' }, query: { hour: '2026-11-20T08' } },
  );
  expect(operators.json.events[0]?.href).toBe(`/tenants/${tenant}/usage/events/${first}`);
  expect((await eventsOf(caller, { hour: '2026-11-20T10' })).json).toMatchObject({ quantity: '0', events: [] });

  // What comes or goes later changes the list, which says that it does; and then the hour.
  await append(tenant, '20T12:30:00');
  platform.clock.now = at('20T12:40:00');
  await platform.journal.append(usageEventOf(tenant, at('20T08:30:00'), { items: 5 }));
  const late = (await eventsOf(caller, { hour: '2026-11-20T08' })).json;
  expect([late.settled, late.quantity, late.events.map(({ quantity }) => quantity)]).toEqual([
    false,
    '7',
    ['3', '4', '5'],
  ]);
  platform.clock.now = new Date('2027-03-01T00:00:00Z');
  expect((await eventsOf(caller, { hour: '2026-11-20T08' })).json.archived).toBe(true);
});

test('more events than are asked for at once come in pages, each event once, also when the time runs out', async () => {
  const caller = await newTenant();
  const { tenant } = caller;
  const ids: string[] = [];
  for (let minute = 10; minute < 15; minute += 1) ids.push(await append(tenant, `20T08:${minute}:00`, { items: 1 }));
  await close('20T12:00:00', { tenant });
  await finalize(tenant);
  const found: string[] = [];
  const pages: number[] = [];
  let cursor: string | undefined;
  do {
    const query = { hour: '2026-11-20T08', limit: '2', ...(cursor === undefined ? {} : { cursor }) };
    const { json } = await eventsOf(caller, query);
    expect(json.quantity).toBe('5');
    found.push(...json.events.map(({ id }) => id));
    pages.push(json.events.length);
    cursor = json.next;
  } while (cursor !== undefined);
  expect([found, pages]).toEqual([ids, [2, 2, 1]]);

  // Whoever goes on where an answer stopped for want of time finds that nothing is left.
  const hurried = await eventsOf(caller, { hour: '2026-11-20T08' }, '1', '2026-11-1', 1000);
  expect([hurried.json.events.length, hurried.json.next]).toEqual([4, ids[3]]);
});

test('an hour or a cursor that cannot be is refused', async () => {
  const caller = await newTenant();
  const { tenant } = caller;
  await append(tenant, '20T08:15:00', { items: 1 });
  await close('20T12:00:00', { tenant });
  await finalize(tenant);
  for (const query of [
    { hour: '2026-10-20T08' },
    { hour: '2026-11-31T08' },
    { hour: '2026-11-20' },
    { hour: '2026-11-20T08', cursor: 'x' },
    { hour: '2026-11-20T08', cursor: usageEventOf('x', at('20T09:00:00')).id },
    { hour: '2026-11-20T08', limit: '0' },
    { hour: '2026-11-20T08', tenant: 'other' },
    {},
  ]) {
    expect((await eventsOf(caller, query as Record<string, string>)).status, JSON.stringify(query)).toBe(400);
  }
});

test('an invoice or a line that is not there has no events, and a line without usage has none', async () => {
  const caller = await newTenant();
  await append(caller.tenant, '20T08:15:00', { items: 1 });
  await close('20T12:00:00', caller);
  await finalize(caller.tenant);
  const hour = '2026-11-20T08';
  expect((await eventsOf(caller, { hour }, '9')).status).toBe(404);
  expect((await eventsOf(caller, { hour }, '1', '2026-11-9')).status).toBe(404);
  await append(caller.tenant, '20T13:15:00', { items: 1 });
  await close('20T16:00:00', caller);
  const { lines } = await finalize(caller.tenant);
  expect(lines[0]).toMatchObject({ kind: 'reversal' });
  expect((await eventsOf(caller, { hour }, '1', '2026-11-2')).json).toMatchObject({ quantity: '0', events: [] });
});

test('an event tells on which invoice it is, with its lines, as soon as there is one and as long as it is owed', async () => {
  const caller = await newTenant();
  const { tenant } = caller;
  const id = await append(tenant, '20T08:15:00', { items: 1 });
  await close('20T12:00:00', caller);
  expect(await eventOf(caller, id)).not.toHaveProperty('invoiced');
  const { number } = await finalize(tenant);
  expect(await eventOf(caller, id)).toMatchObject({
    state: 'counted',
    invoiced: [{ invoice: '2026-11-1', number, lines: [1, 2] }],
  });
  const operators = await platform.control<BilledEvent>('GET', '/tenants/{tenant}/usage/events/{event}', {
    params: { tenant, event: id },
  });
  expect(operators.json.invoiced).toHaveLength(1);

  // A further invoice takes the lines back and says them anew.
  const later = await append(tenant, '20T13:15:00', { items: 1 });
  await close('20T16:00:00', caller);
  expect(await eventOf(caller, later)).not.toHaveProperty('invoiced');
  const further = await finalize(tenant);
  const lines = further.lines.filter(({ kind }) => kind === 'usage').map(({ line }) => line);
  for (const event of [id, later]) {
    expect((await eventOf(caller, event)).invoiced).toEqual([{ invoice: '2026-11-2', number: further.number, lines }]);
  }
  await change(tenant, '2026-11-2', 'void', { reason: 'wrong' });
  expect((await eventOf(caller, id)).invoiced).toEqual([{ invoice: '2026-11-1', number, lines: [1, 2] }]);
  expect(await eventOf(caller, later)).not.toHaveProperty('invoiced');
});

test('an event of an hour that was invoiced before its end is on that invoice, and one that came after is not', async () => {
  const caller = await newTenant();
  const { tenant } = caller;
  const id = await append(tenant, '20T08:15:00', { items: 1 });
  await close('20T08:20:00', { tenant, openHours: true });
  await finalize(tenant);
  expect((await eventOf(caller, id)).invoiced).toMatchObject([{ invoice: '2026-11-1' }]);
  // Closed, the hour has another version and the same events.
  await close('20T09:11:00', { tenant });
  expect(await eventOf(caller, id)).toMatchObject({ state: 'counted', invoiced: [{ invoice: '2026-11-1' }] });

  const other = await newTenant();
  const early = await append(other.tenant, '20T08:15:00', { items: 1 });
  await close('20T08:20:00', { tenant: other.tenant, openHours: true });
  await finalize(other.tenant);
  const after = await append(other.tenant, '20T08:25:00', { items: 1 });
  for (const event of [early, after]) expect(await eventOf(other, event)).not.toHaveProperty('invoiced');
});

test('an event that was adjusted is on the invoice that charges for what it counts now, and so are those beside it', async () => {
  const caller = await newTenant();
  const { tenant } = caller;
  const [id, beside] = [
    await append(tenant, '20T08:15:00', { items: 5 }),
    await append(tenant, '20T08:16:00', { items: 2 }),
  ];
  await close('20T12:00:00', caller);
  await finalize(tenant);
  const adjust = async (units: object, time: string) => {
    platform.clock.now = at(time);
    const params = { tenant, event: id };
    const body = { reason: 'a test', units };
    const { status } = await platform.control('POST', '/tenants/{tenant}/usage/events/{event}/adjust', {
      params,
      body,
    });
    expect(status).toBe(200);
  };
  await adjust({ items: -3 }, '20T13:00:00');
  for (const event of [id, beside]) expect(await eventOf(caller, event)).not.toHaveProperty('invoiced');
  await close('20T14:30:00', caller);
  for (const event of [id, beside]) expect(await eventOf(caller, event)).not.toHaveProperty('invoiced');
  await finalize(tenant);
  const further = {
    invoiced: [
      { invoice: '2026-11-1', lines: [2] },
      { invoice: '2026-11-2', lines: [2] },
    ],
  };
  for (const event of [id, beside]) expect(await eventOf(caller, event)).toMatchObject(further);

  // What nobody is charged for changes no invoice.
  await adjust({ bytesIn: 100 }, '20T15:00:00');
  await close('20T16:30:00', caller);
  for (const event of [id, beside]) expect(await eventOf(caller, event)).toMatchObject(further);
});

test('a voided event is on no invoice', async () => {
  const caller = await newTenant();
  const { tenant } = caller;
  const id = await append(tenant, '20T08:15:00', { items: 1 });
  await close('20T12:00:00', caller);
  await finalize(tenant);
  await platform.control('POST', '/tenants/{tenant}/usage/events/{event}/void', {
    params: { tenant, event: id },
    body: { reason: 'by mistake' },
  });
  expect(await eventOf(caller, id)).not.toHaveProperty('invoiced');
});
