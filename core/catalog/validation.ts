import type { Manifest } from './manifest.ts';
import type { ArtifactFile } from './model-version.ts';

/** What the sandboxed validate function is handed: it has no permissions, so each file comes with a short-lived URL. */
export interface ValidationRequest {
  readonly manifest: Manifest;
  readonly files: Readonly<Record<string, ArtifactFile & { readonly url: string }>>;
}

/** Its verdict. `reason` is fit for a reader: it names the file, the rule and the fix. */
export type ValidationResult = { readonly valid: true } | { readonly valid: false; readonly reason: string };
