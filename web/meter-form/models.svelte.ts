// The models a meter can have: the same on both servers. They do not change while a server runs:
// asked for once.

import type { Model } from './model';
import { get, items, type Failure } from '../rest/call';

class Models {
  all = $state.raw<Model[] | null>(null);
  failure = $state.raw<Failure | null>(null);

  async load(): Promise<void> {
    if (this.all) return;
    const answer = items(await get<{ items: Model[] }>('/api/v1/models'));
    if (answer.ok) this.all = answer.value;
    this.failure = answer.ok ? null : answer.failure;
  }

  get(name: string): Model | undefined {
    return this.all?.find((model) => model.name === name);
  }
}

export const models = new Models();
