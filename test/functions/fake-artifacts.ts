import type { ArtifactTransfer, ArtifactUpload } from '../../core/catalog/artifact-transfer.ts';
import type { ArtifactFile } from '../../core/catalog/model-version.ts';

/** A bucket whose upload URLs name the digest; `put` is what an uploader does with one. */
export class FakeArtifacts implements ArtifactTransfer {
  readonly stored = new Map<string, number>();

  async storedBytes(sha256: string): Promise<number | undefined> {
    return this.stored.get(sha256);
  }

  async upload({ sha256, sizeBytes }: ArtifactFile): Promise<ArtifactUpload> {
    return { url: `https://artifacts.test/put/${sha256}`, headers: { 'content-length': String(sizeBytes) } };
  }

  async downloadUrl({ sha256 }: ArtifactFile, validSeconds: number): Promise<string> {
    return `https://artifacts.test/get/${sha256}?expires=${validSeconds}`;
  }

  put({ url, headers }: ArtifactUpload): void {
    this.stored.set(url.split('/').at(-1) ?? '', Number(headers['content-length']));
  }
}
