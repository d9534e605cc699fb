// The models a meter can have. They do not change while the portal runs: asked for once.

import { getModels } from './api/client';
import type { Model } from './api/model';
import type { Failure } from '../rest/call';

class Models {
  all = $state.raw<Model[] | null>(null);
  failure = $state.raw<Failure | null>(null);

  async load(): Promise<void> {
    if (this.all) return;
    const answer = await getModels();
    if (answer.ok) this.all = answer.value;
    this.failure = answer.ok ? null : answer.failure;
  }

  get(name: string): Model | undefined {
    return this.all?.find((model) => model.name === name);
  }
}

export const models = new Models();
