import type { Route } from './route.ts';

type Served = Pick<Route, 'id' | 'method' | 'path' | 'scope'> & { readonly billable?: boolean } & Partial<
    Pick<Route, 'authorization' | 'function'>
  >;

const openInference = (route: Served): Route => ({
  api: 'tenant',
  family: 'open-inference',
  authorization: 'api-key',
  function: 'predict',
  scope: 'infer',
  billable: false,
  ...route,
});

const huggingFace = (route: Served): Route => ({
  api: 'tenant',
  family: 'hugging-face',
  authorization: 'bearer',
  function: 'predict',
  scope: 'infer',
  billable: false,
  ...route,
});

const account = (route: Served): Route => ({
  api: 'tenant',
  family: 'account',
  authorization: 'api-key',
  function: 'account',
  billable: false,
  ...route,
});

const control = (route: Served): Route => ({
  api: 'control',
  family: 'control',
  authorization: 'iam',
  function: 'control',
  billable: false,
  ...route,
});

/** Every route of both APIs. */
export const routes: readonly Route[] = [
  openInference({ id: 'open-inference.server', method: 'GET', path: '/v2' }),
  openInference({ id: 'open-inference.live', method: 'GET', path: '/v2/health/live' }),
  openInference({ id: 'open-inference.ready', method: 'GET', path: '/v2/health/ready' }),
  openInference({ id: 'open-inference.models', method: 'GET', path: '/v2/models' }),
  openInference({ id: 'open-inference.model', method: 'GET', path: '/v2/models/{model}' }),
  openInference({ id: 'open-inference.model-ready', method: 'GET', path: '/v2/models/{model}/ready' }),
  openInference({ id: 'open-inference.infer', method: 'POST', path: '/v2/models/{model}/infer', billable: true }),
  openInference({ id: 'open-inference.version', method: 'GET', path: '/v2/models/{model}/versions/{version}' }),
  openInference({
    id: 'open-inference.version-ready',
    method: 'GET',
    path: '/v2/models/{model}/versions/{version}/ready',
  }),
  openInference({
    id: 'open-inference.version-infer',
    method: 'POST',
    path: '/v2/models/{model}/versions/{version}/infer',
    billable: true,
  }),

  huggingFace({ id: 'hugging-face.task', method: 'POST', path: '/models/{model}', billable: true }),

  account({ id: 'account.show', method: 'GET', path: '/account', scope: 'usage:read' }),
  account({ id: 'account.usage', method: 'GET', path: '/usage', scope: 'usage:read' }),
  account({ id: 'account.usage-event', method: 'GET', path: '/usage/events/{event}', scope: 'usage:read' }),
  account({ id: 'account.costs', method: 'GET', path: '/costs', scope: 'usage:read' }),
  account({ id: 'account.invoices', method: 'GET', path: '/invoices', scope: 'usage:read' }),
  account({ id: 'account.invoice', method: 'GET', path: '/invoices/{invoice}', scope: 'usage:read' }),
  account({
    id: 'account.invoice-pdf',
    method: 'GET',
    path: '/invoices/{invoice}/pdf',
    scope: 'usage:read',
    function: 'invoice-pdf',
  }),
  account({
    id: 'account.invoice-line',
    method: 'GET',
    path: '/invoices/{invoice}/lines/{line}',
    scope: 'usage:read',
  }),
  account({
    id: 'account.invoice-line-events',
    method: 'GET',
    path: '/invoices/{invoice}/lines/{line}/events',
    scope: 'usage:read',
  }),
  account({ id: 'account.keys', method: 'GET', path: '/keys', scope: 'keys:read' }),
  account({ id: 'account.create-key', method: 'POST', path: '/keys', scope: 'keys:write' }),
  account({ id: 'account.revoke-key', method: 'DELETE', path: '/keys/{keyId}', scope: 'keys:write' }),
  account({ id: 'account.rotate-key', method: 'POST', path: '/keys/{keyId}/rotate', scope: 'keys:write' }),
  // A leaked key is its own proof. It stands in the body, where scanners send it and where the gateway's cache cannot keep it.
  account({ id: 'account.revoke-leaked-key', method: 'POST', path: '/keys/revoke', authorization: 'none' }),
  // Stripe signs what it sends, and has no key of ours.
  account({
    id: 'webhooks.stripe',
    method: 'POST',
    path: '/webhooks/stripe',
    authorization: 'none',
    function: 'stripe-webhook',
  }),

  control({ id: 'tenants.create', method: 'POST', path: '/tenants' }),
  control({ id: 'tenants.list', method: 'GET', path: '/tenants' }),
  control({ id: 'tenants.show', method: 'GET', path: '/tenants/{tenant}' }),
  control({ id: 'tenants.suspend', method: 'POST', path: '/tenants/{tenant}/suspend' }),
  control({ id: 'tenants.resume', method: 'POST', path: '/tenants/{tenant}/resume' }),
  control({ id: 'tenants.export', method: 'GET', path: '/tenants/{tenant}/export' }),
  control({ id: 'tenants.offboard', method: 'POST', path: '/tenants/{tenant}/offboard' }),
  control({ id: 'tenants.purge', method: 'POST', path: '/tenants/{tenant}/purge' }),
  control({ id: 'tenants.plan', method: 'PUT', path: '/tenants/{tenant}/plan' }),
  control({ id: 'tenants.models', method: 'PUT', path: '/tenants/{tenant}/models' }),
  control({ id: 'tenants.shards', method: 'PUT', path: '/tenants/{tenant}/shards' }),
  control({ id: 'limits.show', method: 'GET', path: '/tenants/{tenant}/limits' }),
  control({ id: 'limits.set', method: 'POST', path: '/tenants/{tenant}/limits' }),
  control({ id: 'limits.clear', method: 'DELETE', path: '/tenants/{tenant}/limits' }),
  control({ id: 'limits.recount', method: 'POST', path: '/tenants/{tenant}/limits/recount' }),
  control({ id: 'tenants.usage', method: 'GET', path: '/tenants/{tenant}/usage' }),
  control({ id: 'tenants.usage-event', method: 'GET', path: '/tenants/{tenant}/usage/events/{event}' }),
  control({ id: 'tenants.void-usage-event', method: 'POST', path: '/tenants/{tenant}/usage/events/{event}/void' }),
  control({ id: 'tenants.adjust-usage-event', method: 'POST', path: '/tenants/{tenant}/usage/events/{event}/adjust' }),
  control({ id: 'billing.close', method: 'POST', path: '/billing/close' }),
  control({ id: 'billing.rebuild', method: 'POST', path: '/billing/rebuild' }),
  control({ id: 'billing.focus', method: 'POST', path: '/billing/focus' }),
  control({ id: 'billing.reconcile', method: 'POST', path: '/billing/reconcile' }),
  control({ id: 'prices.publish', method: 'POST', path: '/prices' }),
  control({ id: 'prices.list', method: 'GET', path: '/prices' }),
  control({ id: 'prices.show', method: 'GET', path: '/prices/{version}' }),
  control({ id: 'credits.grant', method: 'POST', path: '/tenants/{tenant}/credits' }),
  control({ id: 'credits.show', method: 'GET', path: '/tenants/{tenant}/credits' }),
  control({ id: 'invoices.list', method: 'GET', path: '/tenants/{tenant}/invoices' }),
  control({ id: 'invoices.show', method: 'GET', path: '/tenants/{tenant}/invoices/{invoice}' }),
  control({
    id: 'invoices.pdf',
    method: 'GET',
    path: '/tenants/{tenant}/invoices/{invoice}/pdf',
    function: 'invoice-pdf',
  }),
  control({ id: 'invoices.line', method: 'GET', path: '/tenants/{tenant}/invoices/{invoice}/lines/{line}' }),
  control({
    id: 'invoices.line-events',
    method: 'GET',
    path: '/tenants/{tenant}/invoices/{invoice}/lines/{line}/events',
  }),
  control({ id: 'invoices.finalize', method: 'POST', path: '/tenants/{tenant}/invoices/{invoice}/finalize' }),
  control({ id: 'invoices.void', method: 'POST', path: '/tenants/{tenant}/invoices/{invoice}/void' }),
  control({ id: 'invoices.credit', method: 'POST', path: '/tenants/{tenant}/invoices/{invoice}/credit' }),
  control({ id: 'exports.list', method: 'GET', path: '/exports' }),
  control({ id: 'exports.run', method: 'POST', path: '/exports/run' }),
  control({ id: 'exports.connect', method: 'PUT', path: '/exports/{destination}' }),
  control({ id: 'exports.disconnect', method: 'DELETE', path: '/exports/{destination}' }),
  control({ id: 'exports.show', method: 'GET', path: '/tenants/{tenant}/exports' }),
  control({ id: 'exports.link', method: 'PUT', path: '/tenants/{tenant}/exports/{destination}' }),
  control({ id: 'exports.unlink', method: 'DELETE', path: '/tenants/{tenant}/exports/{destination}' }),
  control({ id: 'exports.retry', method: 'POST', path: '/tenants/{tenant}/exports/{destination}/retry' }),
  control({ id: 'exports.settle', method: 'POST', path: '/tenants/{tenant}/exports/{destination}/settle' }),
  control({ id: 'keys.create', method: 'POST', path: '/tenants/{tenant}/keys' }),
  control({ id: 'keys.list', method: 'GET', path: '/tenants/{tenant}/keys' }),
  control({ id: 'keys.revoke', method: 'DELETE', path: '/tenants/{tenant}/keys/{keyId}' }),
  control({ id: 'keys.rotate', method: 'POST', path: '/tenants/{tenant}/keys/{keyId}/rotate' }),
  control({ id: 'audit.list', method: 'GET', path: '/audit' }),
  control({ id: 'models.push', method: 'POST', path: '/models' }),
  control({ id: 'models.list', method: 'GET', path: '/models' }),
  control({ id: 'models.show', method: 'GET', path: '/models/{model}' }),
  control({ id: 'models.validate', method: 'POST', path: '/models/{model}/versions/{version}/validate' }),
];
