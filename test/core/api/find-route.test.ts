import { expect, test } from 'vitest';
import { findRoute } from '../../../core/api/find-route.ts';
import { routes } from '../../../core/api/routes.ts';

test('every route is found by its own resource path, with nothing stated', () => {
  for (const route of routes) expect(findRoute(route.api, route.method, route.path)).toEqual({ route, params: {} });
});

test('a resource of one model is the route of every model, with that model as the parameter', () => {
  const found = findRoute('tenant', 'POST', '/v2/models/resnet50/infer');
  expect(found?.route.id).toBe('open-inference.infer');
  expect(found?.params).toEqual({ model: 'resnet50' });
});

test('what the literal leaves open stays a parameter of the gateway', () => {
  const found = findRoute('tenant', 'POST', '/v2/models/resnet50/versions/{version}/infer');
  expect(found?.route.id).toBe('open-inference.version-infer');
  expect(found?.params).toEqual({ model: 'resnet50' });
});

test('a path of no route, of the other API or with another method is found nowhere', () => {
  expect(findRoute('tenant', 'POST', '/v2/models/resnet50/explain')).toBeUndefined();
  expect(findRoute('control', 'POST', '/v2/models/resnet50/infer')).toBeUndefined();
  expect(findRoute('tenant', 'DELETE', '/v2/models/resnet50/infer')).toBeUndefined();
  expect(findRoute('tenant', 'POST', '/v2/models/{name}/infer')).toBeUndefined();
});
