train.nav.system=Система</a></li><li class="nav-item"><a class="nav-link" href="stability"><i class="nav-icon cui-shield"></i>Стабильность
stability.title=Стабильность
