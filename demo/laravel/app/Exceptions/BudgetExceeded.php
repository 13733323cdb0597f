<?php

namespace App\Exceptions;

use DomainException;

class BudgetExceeded extends DomainException
{
}
