import '../tokens.css';
import '../base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { helpOf } from './help/help-of';
import { help } from '../parts/finding-help';
import { chooseLanguage, language } from '../texts/texts';

help.of = helpOf;
const target = document.getElementById('app');
await chooseLanguage(navigator.languages);
document.documentElement.lang = language.tag;
if (target) mount(App, { target });
