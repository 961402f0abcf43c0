import { ApolloProvider } from '@apollo/client/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createClient } from './apollo/client';
import { App } from './app';
import { readConfig } from './config';
import { DirectoryContext } from './names';
import './styles/theme.css';
import './styles/layout.css';
import './styles/controls.css';
import './styles/notices.css';
import './styles/progress.css';
import './styles/people.css';
import './styles/dialog.css';

const root = document.getElementById('root');
if (!root) throw new Error('index.html: expected an element with the ID root, got none');
const config = await readConfig();
createRoot(root).render(
  <StrictMode>
    <ApolloProvider client={createClient(config.nameField)}>
      <DirectoryContext value={config.directory}>
        <App />
      </DirectoryContext>
    </ApolloProvider>
  </StrictMode>,
);
