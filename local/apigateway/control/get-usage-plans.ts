import { knownKey } from './known-key.ts';
import type { Operation } from './operation.ts';
import { page } from './page.ts';
import { renderUsagePlan } from './render-usage-plan.ts';

/** https://docs.aws.amazon.com/apigateway/latest/api/API_GetUsagePlans.html */
export const getUsagePlans: Operation = {
  name: 'GetUsagePlans',
  method: 'GET',
  path: '/usageplans',
  run({ query }, state) {
    const keyId = query.get('keyId');
    const ofKey = keyId === null ? undefined : state.keys.plansOf(knownKey(state, keyId).id);
    const { items, position } = page(
      state.plans.list().filter(({ id }) => ofKey?.has(id) ?? true),
      query,
    );
    return { status: 200, body: { item: items.map(renderUsagePlan), position } };
  },
};
