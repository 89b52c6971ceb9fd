/**
 * The media type that an `Accept` header likes best of those on offer; of equal ones the first on offer, which is also who takes anything
 * gets. Undefined when it accepts none of them.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1
 */
export function preferredType<Type extends string>(
  accept: string | undefined,
  offered: readonly Type[],
): Type | undefined {
  const ranges = (accept ?? '*/*')
    .toLowerCase()
    .split(',')
    .slice(0, 50)
    .map((range) => {
      const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
      const q = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return { type, quality: q === undefined ? 1 : Number(q) };
    });
  const quality = (type: Type): number => {
    // The narrowest range that fits decides.
    const fitting = [type, `${type.split('/')[0]}/*`, '*/*'].map((range) => ranges.find((each) => each.type === range));
    return fitting.find((range) => range !== undefined)?.quality ?? 0;
  };
  const [best] = offered.filter((type) => quality(type) > 0).toSorted((a, b) => quality(b) - quality(a));
  return best;
}
