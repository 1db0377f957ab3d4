/** The digests of images that were run lately, the last one first, fifty at most: what is likely to be there still. */
export class RecentImages {
  private digests: readonly string[] = [];

  ran(digest: string): void {
    this.digests = [digest, ...this.digests.filter((one) => one !== digest)].slice(0, 50);
  }

  list(): readonly string[] {
    return this.digests;
  }
}
