import { ForbiddenError } from '../api/maas-error.ts';
import { defaultScopes } from './default-scopes.ts';
import type { KeyPowers } from './key-record.ts';

/** What a new key is to be able to do, as far as it was said. */
export type PowersWish = { readonly [Power in keyof KeyPowers]?: KeyPowers[Power] | undefined };

/**
 * What a key can do that another key of the tenant makes: what was wished for, and for the rest what the maker has.
 *
 * @throws ForbiddenError as `mustCover`
 */
export function grantedPowers(wish: PowersWish, grantor: KeyPowers): KeyPowers {
  const held = grantor.scopes ?? defaultScopes;
  const models = wish.models ?? grantor.models;
  const expiresAt = wish.expiresAt ?? grantor.expiresAt;
  const powers = {
    scopes: wish.scopes ?? defaultScopes.filter((scope) => held.includes(scope)),
    ...(models === undefined ? {} : { models }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
  mustCover(grantor, powers);
  return powers;
}

/**
 * Refuses powers that a key does not have itself: other scopes, other models, a longer life. So a key that leaks cannot outgrow itself.
 *
 * @throws ForbiddenError that says what is too much
 */
export function mustCover(grantor: KeyPowers, powers: KeyPowers): void {
  const held = grantor.scopes ?? defaultScopes;
  const excess = (powers.scopes ?? defaultScopes).filter((scope) => !held.includes(scope));
  if (excess.length > 0) throw tooMuch(`the scope ${excess.join(', ')}`);
  if (grantor.models !== undefined) {
    if (powers.models === undefined) throw tooMuch('all models');
    const foreign = powers.models.filter((model) => !grantor.models?.includes(model));
    if (foreign.length > 0) throw tooMuch(`the model ${foreign.join(', ')}`);
  }
  if (grantor.expiresAt !== undefined && !(powers.expiresAt !== undefined && powers.expiresAt <= grantor.expiresAt)) {
    throw tooMuch(`a life beyond ${grantor.expiresAt}`);
  }
}

const tooMuch = (what: string): ForbiddenError =>
  new ForbiddenError(`this API key cannot give ${what}, which it does not have itself; ask an operator`);
