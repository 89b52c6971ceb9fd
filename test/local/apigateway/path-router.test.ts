import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PathRouter } from '../../../local/apigateway/routing/path-router.ts';

const router = (...paths: string[]): PathRouter<string> => {
  const made = new PathRouter<string>();
  for (const path of paths) made.add(path, path);
  return made;
};

describe('a path finds its resource', () => {
  test('a literal wins over a parameter, which wins over a proxy', () => {
    const routes = router('/a/b', '/a/{x}', '/a/{rest+}');
    expect(routes.find('/a/b')?.value).toBe('/a/b');
    expect(routes.find('/a/c')).toEqual({ value: '/a/{x}', parameters: { x: 'c' } });
    expect(routes.find('/a/c/d')).toEqual({ value: '/a/{rest+}', parameters: { rest: 'c/d' } });
  });

  test('where the better segment leads nowhere, the next one is tried', () => {
    const routes = router('/a/b/c', '/a/{x}/d', '/{all+}');
    expect(routes.find('/a/b/d')).toEqual({ value: '/a/{x}/d', parameters: { x: 'b' } });
    expect(routes.find('/a/b/e')).toEqual({ value: '/{all+}', parameters: { all: 'a/b/e' } });
  });

  test('slashes at the end do not count, empty segments are no parameters, the root is no proxy', () => {
    const routes = router('/', '/a', '/a/{x}', '/p/{rest+}');
    for (const path of ['', '/', '//']) expect(routes.find(path)?.value).toBe('/');
    expect(routes.find('/a/')?.value).toBe('/a');
    expect(routes.find('/a//')?.value).toBe('/a');
    expect(routes.find('//a')).toBeUndefined();
    expect(routes.find('/p/')).toBeUndefined();
    expect(router('/{all+}').find('/')).toBeUndefined();
  });

  test('parameters stay as they stand in the path, and no name reaches a prototype', () => {
    const found = router('/{__proto__}/{x}').find('/a%2Fb/%40');
    expect(Object.entries(found?.parameters ?? {})).toEqual([
      ['__proto__', 'a%2Fb'],
      ['x', '%40'],
    ]);
    expect(router('/a').find('/constructor')).toBeUndefined();
  });

  test('siblings with different parameters and proxies in the middle are refused', () => {
    expect(() => router('/a/{x}', '/a/{y}')).toThrow('siblings');
    expect(() => router('/{rest+}/a')).toThrow('last segment');
  });

  test('a path of many slashes costs little', () => {
    expect(router('/a/{x}', '/{rest+}').find('/'.repeat(100_000))).toBeUndefined();
    expect(router('/a/{x}').find(`/a${'/b'.repeat(50_000)}`)).toBeUndefined();
  });
});

/** What the documents say, without any cleverness: of all templates that fit, the one that is more literal earlier. */
function slowFind(templates: readonly string[], path: string): string | undefined {
  const segments = path.replace(/\/+$/, '').split('/').slice(1);
  const rank = (template: string): number[] | undefined => {
    const parts = template === '/' ? [] : template.split('/').slice(1);
    const ranks: number[] = [];
    for (const [index, part] of parts.entries()) {
      const segment = segments[index];
      if (segment === undefined) return undefined;
      if (part.endsWith('+}')) return [...ranks, 2];
      if (part.startsWith('{') ? segment === '' : part !== segment) return undefined;
      ranks.push(part.startsWith('{') ? 1 : 0);
    }
    return parts.length === segments.length ? ranks : undefined;
  };
  const before = (a: number[], b: number[]): number => {
    const at = a.findIndex((value, index) => value !== b[index]);
    return at < 0 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? 0);
  };
  return templates
    .map((template) => ({ template, ranks: rank(template) }))
    .filter((match): match is { template: string; ranks: number[] } => match.ranks !== undefined)
    .sort((a, b) => before(a.ranks, b.ranks))[0]?.template;
}

test('any set of routes finds what the documented precedence finds', () => {
  const part = fc.constantFrom('a', 'b', 'c', '{x}');
  const template = fc
    .tuple(fc.array(part, { maxLength: 4 }), fc.boolean())
    .map(([parts, greedy]) => `/${[...parts, ...(greedy ? ['{rest+}'] : [])].join('/')}`);
  const segment = fc.constantFrom('a', 'b', 'c', 'd', '');
  fc.assert(
    fc.property(fc.array(template, { maxLength: 8 }), fc.array(segment, { maxLength: 6 }), (templates, segments) => {
      const path = `/${segments.join('/')}`;
      expect(router(...templates).find(path)?.value).toBe(slowFind([...new Set(templates)], path));
    }),
    { numRuns: 2_000 },
  );
});
