import { knownPlan } from './known-plan.ts';
import type { Operation } from './operation.ts';
import { page } from './page.ts';
import { renderUsagePlanKey } from './render-usage-plan-key.ts';

/** https://docs.aws.amazon.com/apigateway/latest/api/API_GetUsagePlanKeys.html */
export const getUsagePlanKeys: Operation = {
  name: 'GetUsagePlanKeys',
  method: 'GET',
  path: '/usageplans/{usagePlanId}/keys',
  run({ path, query }, state) {
    const plan = knownPlan(state, path['usagePlanId']);
    const name = query.get('name') ?? '';
    const inPlan = state.keys
      .list()
      .filter((key) => state.keys.plansOf(key.id).has(plan.id) && (key.name ?? '').startsWith(name));
    const { items, position } = page(inPlan, query);
    return { status: 200, body: { item: items.map(renderUsagePlanKey), position } };
  },
};
