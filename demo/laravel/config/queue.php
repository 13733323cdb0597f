<?php

$table = static fn (int $retryAfter): array => [
    'driver' => 'database',
    'connection' => 'mysql',
    'table' => 'jobs',
    'queue' => 'default',
    'retry_after' => $retryAfter,
    'after_commit' => false,
];

return [
    'default' => env('QUEUE_CONNECTION', 'redis'),
    'connections' => [
        'sync' => ['driver' => 'sync'],
        'database' => $table((int) env('DB_QUEUE_RETRY_AFTER', 90)),
        'database_reports' => $table(300),
        'database_commerce' => $table(300),
        'redis' => [
            'driver' => 'redis',
            'connection' => 'default',
            'queue' => 'default',
            'retry_after' => 90,
            'block_for' => null,
            // Its business row must be there before a worker is.
            'after_commit' => true,
        ],
    ],
    'batching' => ['database' => 'mysql', 'table' => 'job_batches'],
    'failed' => ['driver' => env('QUEUE_FAILED_DRIVER', 'database-uuids'), 'database' => 'mysql', 'table' => 'failed_jobs'],
];
