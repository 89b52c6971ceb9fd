/** The resources of one kind, by their names. */
export class Named<Resource extends { readonly name: string }> {
  readonly #kind: string;
  readonly #byName = new Map<string, Resource>();

  /** @param kind e.g. `model` */
  constructor(kind: string) {
    this.#kind = kind;
  }

  /** @throws Error when the name is taken */
  add(resource: Resource): void {
    // Names differ in more than their case: the ARN of an endpoint has it in lower case.
    const name = resource.name.toLowerCase();
    if (this.#byName.has(name)) throw new Error(`two ${this.#kind}s are called ${resource.name}`);
    this.#byName.set(name, resource);
  }

  find(name: string): Resource | undefined {
    return this.#byName.get(name.toLowerCase());
  }

  /** @throws Error that names it when it is not there */
  get(name: string): Resource {
    const found = this.find(name);
    if (found === undefined) throw new Error(`there is no ${this.#kind} called ${name}`);
    return found;
  }

  all(): Resource[] {
    return [...this.#byName.values()];
  }
}
