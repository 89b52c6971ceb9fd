import type { LineEvents } from '../core/billing/invoice/line-events.ts';
import type { ControlClient } from './control-client.ts';

/** All events of an hour that a line of an invoice counts, from as many pages as there are. */
export async function lineEvents(client: ControlClient, path: string, hour: string): Promise<LineEvents> {
  let page = await client.call<LineEvents>('GET', path, { query: { hour } });
  const events = [...page.events];
  while (page.next !== undefined) {
    page = await client.call<LineEvents>('GET', path, { query: { hour, cursor: page.next } });
    events.push(...page.events);
  }
  return { ...page, events };
}
