interface Node<Value> {
  readonly literals: Map<string, Node<Value>>;
  /** `{name}`: API Gateway allows one parameter among the children of a resource, so its name belongs to the node. */
  parameter?: { readonly name: string; readonly node: Node<Value> };
  /** `{name+}`: takes the rest of the path. */
  greedy?: { readonly name: string; readonly value: Value };
  value?: Value;
}

/** What a path leads to, and the values that it gives the parameters: percent-encoded, as they stand in the path. */
export interface PathMatch<Value> {
  readonly value: Value;
  readonly parameters: Readonly<Record<string, string>>;
}

const emptyNode = <Value>(): Node<Value> => ({ literals: new Map() });
const noParameters: Readonly<Record<string, string>> = Object.freeze(Object.create(null));

/**
 * Finds the resource of a path. A literal segment wins over `{parameter}`, which wins over `{proxy+}`; where the better one leads
 * nowhere the next is tried. Slashes at the end do not count; parameters are never empty.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-settings-method-request.html
 */
export class PathRouter<Value> {
  readonly #root: Node<Value> = emptyNode();

  /** @throws when two siblings are parameters of different names, or `{name+}` is not the last segment, as API Gateway refuses both */
  add(path: string, value: Value): void {
    let node = this.#root;
    const segments = segmentsOf(path);
    for (const [index, segment] of segments.entries()) {
      const parameter = /^\{([\w.:-]+)(\+?)\}$/.exec(segment);
      if (parameter === null) {
        const next: Node<Value> = node.literals.get(segment) ?? emptyNode();
        node.literals.set(segment, next);
        node = next;
        continue;
      }
      const [, name = '', plus] = parameter;
      if (plus === '+') {
        if (index !== segments.length - 1) throw new Error(`${path}: {${name}+} must be the last segment`);
        node.greedy = { name, value };
        return;
      }
      node.parameter ??= { name, node: emptyNode() };
      if (node.parameter.name !== name) {
        throw new Error(
          `${path}: {${name}} and {${node.parameter.name}} are siblings, a resource can have one parameter below it`,
        );
      }
      node = node.parameter.node;
    }
    node.value = value;
  }

  /** @param path percent-encoded, without the query */
  find(path: string): PathMatch<Value> | undefined {
    const segments = segmentsOf(path);
    const taken: [name: string, value: string][] = [];
    const value = find(this.#root, segments, 0, taken);
    if (value === undefined) return undefined;
    if (taken.length === 0) return { value, parameters: noParameters };
    const parameters: Record<string, string> = Object.create(null);
    for (const [name, text] of taken) parameters[name] = text;
    return { value, parameters };
  }
}

function segmentsOf(path: string): string[] {
  let end = path.length;
  while (end > 0 && path.charCodeAt(end - 1) === 0x2f) end -= 1;
  return end === 0 ? [] : path.slice(path.startsWith('/') ? 1 : 0, end).split('/');
}

/** Depth is that of the declared resources, not of the path: a path of ten thousand slashes ends at the first unknown segment. */
function find<Value>(
  node: Node<Value>,
  segments: readonly string[],
  at: number,
  taken: [string, string][],
): Value | undefined {
  const segment = segments[at];
  if (segment === undefined) return node.value;
  const literal = node.literals.get(segment);
  const direct = literal && find(literal, segments, at + 1, taken);
  if (direct !== undefined) return direct;
  if (node.parameter !== undefined && segment !== '') {
    taken.push([node.parameter.name, segment]);
    const value = find(node.parameter.node, segments, at + 1, taken);
    if (value !== undefined) return value;
    taken.pop();
  }
  if (node.greedy === undefined) return undefined;
  taken.push([node.greedy.name, segments.slice(at).join('/')]);
  return node.greedy.value;
}
