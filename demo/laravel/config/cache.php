<?php

return [
    'default' => 'redis',
    'stores' => [
        'redis' => ['driver' => 'redis', 'connection' => 'cache'],
        'file' => ['driver' => 'file', 'path' => storage_path('framework/cache')],
        'array' => ['driver' => 'array'],
    ],
    'prefix' => 'fap_cache',
];
