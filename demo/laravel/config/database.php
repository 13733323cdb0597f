<?php

$redis = static fn (int $database): array => [
    'host' => '127.0.0.1',
    'port' => env('REDIS_PORT'),
    'database' => $database,
];

return [
    'default' => 'mysql',
    'connections' => [
        'mysql' => [
            'driver' => 'mysql',
            'host' => '127.0.0.1',
            'port' => env('DB_PORT'),
            'database' => 'fap',
            'username' => 'fap_app',
            'password' => env('DB_PASSWORD'),
            'charset' => 'utf8mb4',
            'collation' => 'utf8mb4_unicode_ci',
            'prefix' => '',
            'strict' => true,
        ],
    ],
    'migrations' => 'migrations',
    'redis' => [
        'client' => 'phpredis',
        'options' => ['prefix' => 'fap:'],
        'default' => $redis(0),
        'cache' => $redis(1),
    ],
];
