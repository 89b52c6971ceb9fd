import type { ArtifactStore } from '../../catalog/artifact-store.ts';
import type { ModelVersion } from '../../catalog/model-version.ts';
import { readVocabulary } from './read-vocabulary.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Vocabularies kept at once; a large one (100,000 tokens) takes some 10 MB. */
const keptMax = 16;

/** The vocabularies of text models, each read and parsed on first use, once however many ask. */
export class VocabularyCache {
  readonly #artifacts: ArtifactStore;
  // In order of use, the least recent first.
  readonly #kept = new Map<string, Promise<Vocabulary>>();

  constructor(artifacts: ArtifactStore) {
    this.#artifacts = artifacts;
  }

  /** Undefined for a model that takes no text. */
  async of({ model, version, manifest, files }: ModelVersion): Promise<Vocabulary | undefined> {
    const { preprocessing } = manifest;
    if (preprocessing?.kind !== 'text') return undefined;
    const file = files[preprocessing.vocabulary];
    if (file === undefined) throw new Error(`${model} ${version} has no file ${preprocessing.vocabulary}`);
    const key = `${model}/${version}/${file.sha256}`;
    const vocabulary =
      this.#kept.get(key) ?? this.#artifacts.read(file).then((bytes) => readVocabulary(bytes, preprocessing));
    this.#kept.delete(key);
    this.#kept.set(key, vocabulary);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= keptMax) break;
      this.#kept.delete(oldest);
    }
    try {
      return await vocabulary;
    } catch (error) {
      if (this.#kept.get(key) === vocabulary) this.#kept.delete(key);
      throw error;
    }
  }
}
